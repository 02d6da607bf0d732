"""Files of incidents into the record: readers, profiles, the transform and the loader."""
