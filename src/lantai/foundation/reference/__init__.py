"""Reference 参考手册: the manual's pages that are written from the registries."""
