"""资源: filing, accession, arrangement, description, collecting, appraisal, disposal."""
