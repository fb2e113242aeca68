"""Importing 目录导入: catalogues from files, row by row, again and again without harm."""
