-- Reference data of the classifier alone, loaded from deploy/data and edited by ops.

CREATE TABLE lexicon (
    word   text PRIMARY KEY,            -- lower case, one word
    normal text NOT NULL,               -- the one plain Indonesian word it stands for; '' for a stop word
    kind   text NOT NULL CHECK (kind IN ('slang', 'javanese', 'stop'))
);

CREATE TABLE region_polygons (
    code  text PRIMARY KEY,             -- a regency, city or district of the regions table
    rings text NOT NULL                 -- 'lat,lng lat,lng ..;lat,lng ..'; inside is what is inside an odd number of rings
);

GRANT SELECT ON lexicon, region_polygons TO kentongan_classifier;
GRANT SELECT, INSERT, UPDATE, DELETE ON lexicon, region_polygons TO kentongan_ops;
