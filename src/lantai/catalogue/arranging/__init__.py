"""Arranging 整理调整: a class, file or item moved with all below it; its codes re-issued by rule."""
