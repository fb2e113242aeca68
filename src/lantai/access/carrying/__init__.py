"""Carrying 单向摆渡: what is published goes as signed bundles to a public Lantai; nothing comes back."""
