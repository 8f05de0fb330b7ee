"""Shape and wording of what people type; choices are handed in, nothing is asked of the database."""
