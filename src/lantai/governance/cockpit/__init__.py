"""Cockpit 驾驶舱: indicators as formulas over every body's live data, with flags and their rows."""
