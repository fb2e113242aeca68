"""Returns 填报: forms sent to many bodies, checked, reviewed upward, added up, locked."""
