"""Every write on runs: measure ways for them, make one, publish it, say what people think of it."""

from kekiz.analysis.actions.measuring import store_measurement
from kekiz.analysis.actions.publishing import publish_run, take_back_run
from kekiz.analysis.actions.running import run_analysis
from kekiz.analysis.actions.verdicts import give_verdict

__all__ = ["give_verdict", "publish_run", "run_analysis", "store_measurement", "take_back_run"]
