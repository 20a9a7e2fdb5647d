module example.com/further

go 1.26.0

require (
	example.com/corpus v0.0.0
	github.com/aymerick/raymond v2.0.2+incompatible
	github.com/flosch/pongo2/v6 v6.0.0
	github.com/fxamacker/cbor/v2 v2.10.0
	github.com/google/btree v1.1.3
	github.com/google/go-querystring v1.2.0
	github.com/gorilla/schema v1.4.1
	github.com/julienschmidt/httprouter v1.3.0
	github.com/nats-io/nkeys v0.4.17
	github.com/oklog/ulid/v2 v2.1.2
	github.com/pierrec/lz4/v4 v4.1.33
	github.com/robertkrimen/otto v0.5.1
	github.com/rs/xid v1.6.0
	github.com/russross/blackfriday/v2 v2.1.0
	github.com/spf13/cast v1.10.0
	github.com/spf13/pflag v1.1.0
	github.com/syndtr/goleveldb v1.0.0
	github.com/vmihailenco/msgpack/v5 v5.4.1
	go.etcd.io/bbolt v1.5.0
	go.mongodb.org/mongo-driver/v2 v2.10.0
	go.starlark.net v0.0.0-20260908191801-89a6a09411d5
	go.uber.org/zap v1.28.0
)

require (
	github.com/golang/snappy v0.0.0-20180518054509-2e65f85255db // indirect
	github.com/vmihailenco/tagparser/v2 v2.0.0 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	golang.org/x/crypto v0.55.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	gopkg.in/sourcemap.v1 v1.0.5 // indirect
)

replace example.com/corpus => ../
