"""Demonstration 示范档案馆: the fictional county of core.specimens, brought to life by operations."""
