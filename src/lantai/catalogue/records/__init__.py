"""Records 档案: class, file and item, their components and their texts."""
