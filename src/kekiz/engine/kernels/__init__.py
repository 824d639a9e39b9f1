"""Compiled inner loops: plain arrays, no checks, no objects. The modules beside this folder call them."""
