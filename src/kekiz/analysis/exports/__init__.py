"""The figures of the published run as open data: CSV for people, Parquet and GeoJSON for programs.

Every figure is read through the mask of its run, so the files hold what pages show and nothing else
(docs/adr/0029-small-numbers-as-one-system.md, docs/adr/0037-files-that-come-back.md).
"""
