package main

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	. "example.com/corpus/steps"
)

// diagonal is a matrix of its own.
type diagonal []float64

func (d diagonal) Dims() (r, c int) { return len(d), len(d) }
func (d diagonal) At(i, j int) float64 {
	if i != j {
		return 0
	}
	return d[i]
}
func (d diagonal) T() mat.Matrix { return d }

func init() {
	Case("mat", func() {
		Step("mul", func() any {
			a, b := mat.NewDense(2, 2, []float64{1, 2, 3, 4}), mat.NewDense(2, 2, []float64{0, 1, 1, 0})
			var c mat.Dense
			c.Mul(a, b)
			return fmt.Sprint(mat.Formatted(&c), c.At(1, 0))
		})
		Step("det", func() any { return mat.Det(mat.NewDense(2, 2, []float64{1, 2, 3, 4})) })
		Step("solve", func() any {
			var x mat.VecDense
			err := x.SolveVec(mat.NewDense(2, 2, []float64{2, 0, 0, 4}), mat.NewVecDense(2, []float64{2, 8}))
			return fmt.Sprint(x.RawVector().Data, err)
		})
		Step("lu", func() any {
			var lu mat.LU
			lu.Factorize(mat.NewDense(2, 2, []float64{4, 3, 6, 3}))
			return fmt.Sprintf("%.3f", lu.Det())
		})
		Step("inverse", func() any {
			var i mat.Dense
			err := i.Inverse(mat.NewDense(2, 2, []float64{1, 2, 2, 4}))
			return fmt.Sprint(err)
		})
		Step("own", func() any {
			var c mat.Dense
			c.Add(diagonal{1, 2}, mat.NewDense(2, 2, []float64{1, 1, 1, 1}))
			return fmt.Sprint(c.RawMatrix().Data, mat.Sum(diagonal{3, 4}))
		})
		Step("dims", func() any { r, c := mat.NewDense(2, 3, nil).T().Dims(); return fmt.Sprint(r, c) })
		Step("panic", func() any { return mat.NewDense(2, 2, []float64{1}) })
		Step("apply", func() any {
			var c mat.Dense
			c.Apply(func(i, j int, v float64) float64 { return v * float64(i+j) }, mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
			return c.RawMatrix().Data
		})
		Step("binary", func() any {
			b := Must(mat.NewDense(1, 2, []float64{5, 6}).MarshalBinary())
			var c mat.Dense
			err := c.UnmarshalBinary(b)
			return fmt.Sprint(c.At(0, 1), err)
		})
	})
	Case("stat", func() {
		x, w := []float64{1, 2, 3, 4}, []float64{1, 1, 1, 3}
		Step("mean", func() any { return fmt.Sprint(stat.Mean(x, nil), stat.Mean(x, w)) })
		Step("meanstd", func() any { m, s := stat.MeanStdDev(x, nil); return fmt.Sprintf("%.4f %.4f", m, s) })
		Step("regression", func() any {
			a, b := stat.LinearRegression(x, []float64{2, 4, 6, 8}, nil, false)
			return fmt.Sprintf("%.3f %.3f", a, b)
		})
		Step("quantile", func() any { return stat.Quantile(0.5, stat.Empirical, x, nil) })
		Step("sort", func() any {
			a, b := []float64{3, 1, 2}, []float64{30, 10, 20}
			stat.SortWeighted(a, b)
			return fmt.Sprint(a, b)
		})
		Step("histogram", func() any { return stat.Histogram(nil, []float64{0, 2, 5}, x, nil) })
		Step("covariance", func() any {
			var c mat.SymDense
			stat.CovarianceMatrix(&c, mat.NewDense(3, 2, []float64{1, 2, 2, 4, 3, 6}), nil)
			return fmt.Sprint(c.At(0, 0), c.At(0, 1))
		})
		Step("panic", func() any { return stat.Mean(x, []float64{1}) })
	})
}
