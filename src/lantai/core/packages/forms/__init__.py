"""Forms of packages that can be written 封装形式: one file a form."""
