"""Work in the background: proposals are computed by a worker, or at once where the settings say so."""

from __future__ import annotations

from django_tasks import task


@task()
def compute_in_background(proposal_id: int) -> None:
    """Compute one proposal and store its result."""
    from kekiz.planning.actions import compute_proposal  # noqa: PLC0415 - actions enqueue this task

    compute_proposal(proposal_id=proposal_id)
