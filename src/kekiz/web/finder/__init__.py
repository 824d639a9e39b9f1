"""Families find what fits their child: no account, no cookies, nothing stored."""
