"""All published offers as files: what families see, in forms for people and for programs (docs/api.md).

``catalogue`` reads and cleans, one file of this folder writes each form, ``files`` keeps what was written
until something is published. The same data give the same bytes, so that an ETag holds and two files can be
compared.
"""
