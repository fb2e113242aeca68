"""Specimens 样本: the archives of a fictional county, as data and makers of real files.

`load_world` gives the county, `records` its records, `make_files` a record's files, `plan` who
holds what and what is asked for, `build_package` a transfer package, good or faulty.
"""
