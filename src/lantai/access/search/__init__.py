"""Search 检索: the index follows the catalogue; every answer is checked against it again."""
