"""Ring 1: arrays in, arrays out. No Django, no clock, no network, no unseeded chance.

Start at :func:`kekiz.engine.run.analyse`; docs/method.md explains the model.
"""
