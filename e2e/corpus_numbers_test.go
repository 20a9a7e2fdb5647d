package e2e

import (
	"fmt"
)

func init() {
	twins["mat"] = twin{path: "gonum.org/v1/gonum/mat", run: matTwin}
	twins["stat"] = twin{path: "gonum.org/v1/gonum/stat", more: []string{"gonum.org/v1/gonum/mat"}, run: statTwin}
}

// diagonal is a matrix of the host's.
type diagonal []float64

func (d diagonal) Dims() (r, c int) { return len(d), len(d) }
func (d diagonal) At(i, j int) float64 {
	if i != j {
		return 0
	}
	return d[i]
}
func (d diagonal) T() diagonal { return d }

func matTwin(r *corpusRun) {
	dense := func(rows, cols int, data ...float64) any { return r.do("NewDense", rows, cols, data) }
	r.step("mul", func() any {
		c := r.make("Dense", nil)
		on(c, "Mul", dense(2, 2, 1, 2, 3, 4), dense(2, 2, 0, 1, 1, 0))
		return fmt.Sprint(r.do("Formatted", c), on(c, "At", 1, 0))
	})
	r.step("det", func() any { return r.do("Det", dense(2, 2, 1, 2, 3, 4)) })
	r.step("solve", func() any {
		x := r.make("VecDense", nil)
		_, err := tryOn(x, "SolveVec", dense(2, 2, 2, 0, 0, 4), r.do("NewVecDense", 2, []float64{2, 8}))
		return fmt.Sprint(corpusGet(on(x, "RawVector"), "Data"), err)
	})
	r.step("lu", func() any {
		lu := r.make("LU", nil)
		on(lu, "Factorize", dense(2, 2, 4, 3, 6, 3))
		return fmt.Sprintf("%.3f", on(lu, "Det"))
	})
	r.step("inverse", func() any {
		_, err := tryOn(r.make("Dense", nil), "Inverse", dense(2, 2, 1, 2, 2, 4))
		return fmt.Sprint(err)
	})
	r.step("own", func() any {
		c := r.make("Dense", nil)
		on(c, "Add", diagonal{1, 2}, dense(2, 2, 1, 1, 1, 1))
		return fmt.Sprint(corpusGet(on(c, "RawMatrix"), "Data"), r.do("Sum", diagonal{3, 4}))
	})
	r.step("dims", func() any { return fmt.Sprint(on(on(r.do("NewDense", 2, 3, nil), "T"), "Dims").([]any)...) })
	r.step("panic", func() any { return dense(2, 2, 1) })
	r.step("apply", func() any {
		c := r.make("Dense", nil)
		on(c, "Apply", func(i, j int, v float64) float64 { return v * float64(i+j) }, dense(2, 2, 1, 2, 3, 4))
		return corpusGet(on(c, "RawMatrix"), "Data")
	})
	r.step("binary", func() any {
		c := r.make("Dense", nil)
		_, err := tryOn(c, "UnmarshalBinary", on(dense(1, 2, 5, 6), "MarshalBinary"))
		return fmt.Sprint(on(c, "At", 0, 1), err)
	})
}

func statTwin(r *corpusRun) {
	x, w := []float64{1, 2, 3, 4}, []float64{1, 1, 1, 3}
	var stat struct {
		Mean             func(x, weights []float64) float64
		MeanStdDev       func(x, weights []float64) (mean, std float64)
		LinearRegression func(x, y, weights []float64, origin bool) (alpha, beta float64)
		Histogram        func(count, dividers, x, weights []float64) []float64
	}
	if err := r.Bind(&stat); err != nil {
		r.t.Fatal(err)
	}
	r.step("mean", func() any { return fmt.Sprint(stat.Mean(x, nil), stat.Mean(x, w)) })
	r.step("meanstd", func() any { m, s := stat.MeanStdDev(x, nil); return fmt.Sprintf("%.4f %.4f", m, s) })
	r.step("regression", func() any {
		a, b := stat.LinearRegression(x, []float64{2, 4, 6, 8}, nil, false)
		return fmt.Sprintf("%.3f %.3f", a, b)
	})
	r.step("quantile", func() any { return r.do("Quantile", 0.5, r.constant("Empirical"), x, nil) })
	r.step("sort", func() any {
		a, b := []float64{3, 1, 2}, []float64{30, 10, 20}
		r.do("SortWeighted", a, b)
		return fmt.Sprint(a, b)
	})
	r.step("histogram", func() any { return stat.Histogram(nil, []float64{0, 2, 5}, x, nil) })
	r.step("covariance", func() any {
		c := r.make("mat.SymDense", nil)
		r.do("CovarianceMatrix", c, r.do("mat.NewDense", 3, 2, []float64{1, 2, 2, 4, 3, 6}), nil)
		return fmt.Sprint(on(c, "At", 0, 0), on(c, "At", 0, 1))
	})
	r.step("panic", func() any { return stat.Mean(x, []float64{1}) })
}
