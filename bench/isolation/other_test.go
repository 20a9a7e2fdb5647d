package isolation

import (
	"context"
	"net/rpc"
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/RamanSharma100/go-winplugin/bench/isolation/work"
)

// This program serves as a plugin of hashicorp/go-plugin, by a protocol, if the second variable is set.
const (
	otherVariable    = "WINPLUGIN_BENCH_OTHER"
	protocolVariable = "WINPLUGIN_BENCH_PROTOCOL"
)

func TestMain(m *testing.M) {
	name := os.Getenv(protocolVariable)
	serve := &goplugin.ServeConfig{HandshakeConfig: handshake, Plugins: goplugin.PluginSet{name: plugins[name]}}
	switch name {
	case "":
		os.Exit(m.Run())
	case "grpc":
		serve.GRPCServer = goplugin.DefaultGRPCServer
	}
	goplugin.Serve(serve)
}

var (
	handshake = goplugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: otherVariable, MagicCookieValue: "1"}
	plugins   = goplugin.PluginSet{"rpc": rpcPlugin{}, "grpc": &grpcPlugin{}}
)

// openOther starts a plugin of hashicorp/go-plugin.
func openOther(t testing.TB, protocol goplugin.Protocol, name string) any {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), protocolVariable+"="+name)
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: handshake, Plugins: plugins, Cmd: cmd, AllowedProtocols: []goplugin.Protocol{protocol}, Logger: hclog.NewNullLogger(),
	})
	t.Cleanup(client.Kill)
	protocolClient, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	v, err := protocolClient.Dispense(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type rpcPlugin struct{}

func (rpcPlugin) Server(*goplugin.MuxBroker) (any, error) { return &rpcServer{}, nil }
func (rpcPlugin) Client(_ *goplugin.MuxBroker, c *rpc.Client) (any, error) {
	return &rpcClient{c}, nil
}

type rpcServer struct{}

func (rpcServer) Add(in [2]int64, out *int64) error { *out = work.Add(in[0], in[1]); return nil }
func (rpcServer) Echo(in []byte, out *[]byte) error { *out = work.Echo(in); return nil }
func (rpcServer) Price(in work.Order, out *work.Order) (err error) {
	*out, err = work.Price(in)
	return err
}

type rpcClient struct{ c *rpc.Client }

func (c *rpcClient) add(a, b int64) (n int64) {
	if err := c.c.Call("Plugin.Add", [2]int64{a, b}, &n); err != nil {
		panic(err)
	}
	return n
}

func (c *rpcClient) echo(b []byte) (out []byte) {
	if err := c.c.Call("Plugin.Echo", b, &out); err != nil {
		panic(err)
	}
	return out
}

func (c *rpcClient) price(o work.Order) (out work.Order) {
	if err := c.c.Call("Plugin.Price", o, &out); err != nil {
		panic(err)
	}
	return out
}

// The plugin by gRPC has messages of protobuf's own, so that nothing is generated here.
type grpcPlugin struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (*grpcPlugin) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(&grpc.ServiceDesc{ServiceName: "work", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{
		{MethodName: "Add", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.Int64Value)
			err := decode(in)
			return wrapperspb.Int64(work.Add(in.Value, 1)), err
		}},
		{MethodName: "Echo", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.BytesValue)
			err := decode(in)
			return wrapperspb.Bytes(work.Echo(in.Value)), err
		}},
	}}, struct{}{})
	return nil
}

func (*grpcPlugin) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return &grpcClient{c}, nil
}

type grpcClient struct{ c *grpc.ClientConn }

func (c *grpcClient) add(a, _ int64) int64 {
	out := new(wrapperspb.Int64Value)
	if err := c.c.Invoke(context.Background(), "/work/Add", wrapperspb.Int64(a), out); err != nil {
		panic(err)
	}
	return out.Value
}

func (c *grpcClient) echo(b []byte) []byte {
	out := new(wrapperspb.BytesValue)
	if err := c.c.Invoke(context.Background(), "/work/Echo", wrapperspb.Bytes(b), out); err != nil {
		panic(err)
	}
	return out.Value
}
