"""Recovery 备份与恢复: a consistent copy elsewhere, and the proof that it brings everything back."""
