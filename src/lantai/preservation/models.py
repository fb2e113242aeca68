"""Gathers preservation's nouns for Django."""

from lantai.preservation.depositing.models import Deposit

__all__ = ["Deposit"]
