module paykka/bench/peers

go 1.19

require paykkasign v0.0.0

replace paykkasign => ../../../bindings/go
