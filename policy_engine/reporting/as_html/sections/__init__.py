"""The sections of a page, one file each: each is there where the part is that it tells of."""
