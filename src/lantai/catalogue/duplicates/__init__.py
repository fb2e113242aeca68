"""Duplicates 查重: likely pairs found in bulk, judged by people; the judgement is kept."""
