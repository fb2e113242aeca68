"""Reading 档案页: one record with its description, files, life and history of edits."""
