"""Reconciling 对账: the truths compared; each difference listed, mended or alarmed."""
