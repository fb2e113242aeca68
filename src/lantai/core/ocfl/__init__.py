"""OCFL 1.1: how packages lie in storage 长期保存的存储结构."""
