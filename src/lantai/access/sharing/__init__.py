"""Sharing 档案数据共享: data sets offered by archives, who may use them, and every use written down."""
