"""Uploads 上传: large and many files, resumable (tus 1.0), to be taken by filing or accession."""
