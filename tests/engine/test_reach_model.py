"""The crow-fly model of travel, both ways round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.engine.reach import estimate_minutes, find_distance_m


@given(st.floats(1, 120), st.floats(3, 80), st.floats(1, 2), st.floats(0, 20))
def test_reach_and_minutes_are_one_model_both_ways(wanted, speed, detour, boarding):
    metres = find_distance_m(wanted, speed, detour, boarding)
    back = estimate_minutes(metres, speed, detour, boarding)
    assert back == pytest.approx(max(wanted, boarding))
