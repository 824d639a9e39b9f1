"""Understanding lists that others made: files, columns, values, places. No database, no Django.

A list goes through here in steps, each a file of this folder: ``files`` reads it into sheets, ``mapping``
proposes what the columns mean, ``rows`` reads every row with the readers of ``values``, ``gazetteer`` finds
places. What is stored, and who may, is decided in ``register/actions/imports``.
"""
