"""Instruments of evaluation: the indicators of each dimension, drafted and published by the ministry."""
