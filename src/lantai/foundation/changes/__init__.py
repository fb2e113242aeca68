"""Changes 变更: what happened to what, in order; followers keep a cursor."""
