"""How well the search answers judged queries, one half of them never looked at while it was made."""

import pytest
from tests.register.judged import JUDGED, answer, has_right_offer, measure_ndcg, read_queries

# What is reached, so that no change loses it. The goal is 0.85 and 0.90 (docs/performance.md, Search).
REACHED = {"tune": (0.95, 0.97), "held": (0.89, 0.895)}


@pytest.mark.parametrize("half", sorted(JUDGED))
def test_families_find_what_they_mean(half):
    queries = read_queries(half)
    assert len(queries) >= 75
    answers = [(query, answer(query.text)) for query in queries]
    ndcg = sum(measure_ndcg(query, order) for query, order in answers) / len(answers)
    wrong = [query.text for query, order in answers if not has_right_offer(query, order)]
    least_ndcg, least_right = REACHED[half]
    assert ndcg >= least_ndcg, f"nDCG@10 is {ndcg:.3f}"
    assert 1 - len(wrong) / len(answers) >= least_right, (
        f"not in the first three: {wrong if half == 'tune' else ''}"
    )
