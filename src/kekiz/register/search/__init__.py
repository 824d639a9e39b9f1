"""The search of the finder: German analyser, everyday words, typos, ranking, all in memory."""
