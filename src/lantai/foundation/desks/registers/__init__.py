"""Registers 台账·名录·专题库: typed collections, each made by one definition file."""
