"""Printing 打印: a paper as blocks, written as Word, PDF or OFD.

A paper is made of a template of lines (`blocks_of`) or of labels and tables (`sheet`); the same
blocks give the three files, and each carries the language it was made in.
"""

from lantai.core.desks.printing.blocks import Block, PrintTable, blocks_of, sheet
from lantai.core.desks.printing.kinds import KINDS, written

__all__ = ["KINDS", "Block", "PrintTable", "blocks_of", "sheet", "written"]
