"""A head in three dimensions: fitted to a face, coloured by its photo, given teeth, tongue and eyes."""
