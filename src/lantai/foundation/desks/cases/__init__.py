"""Cases 办件: matters that move through states by a definition file."""
