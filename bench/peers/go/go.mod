module paykka/bench/peers

go 1.19
