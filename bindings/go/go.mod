module paykkasign

go 1.19
