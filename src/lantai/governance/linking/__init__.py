"""Linking 平台互联: a region's indicators signed, sent to the platform above, taken in there."""
