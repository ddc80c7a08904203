// The functions of simd.h in terms of `Lanes`, a vector of kLane floats. Included, inside an
// anonymous namespace, by one file per instruction set, after its `Lanes` with
//   load store broadcast + - * / multiplyAdd max min abs select(ge) timesPowerOfTwo greaterBits sum
// max(a, b) is `a > b ? a : b`, so max(zero, x) keeps a NaN in x.
// kPanels: panels of kLane rows that fit the registers beside kPoints points.

constexpr float kRoundoff = 5.9604645e-8f;  // 2^-24

// e^x to within 2 units in the last place, for x held within -87..88. Cody-Waite reduction by
// multiples n of ln 2, then the polynomial of Cephes' expf (Moshier).
MAQUETTE_INLINE Lanes exponential(Lanes x) {
  // Added to a small number, 1.5 * 2^23 leaves its nearest integer in the low bits.
  const Lanes shift = broadcast(12582912.0f);
  x = max(broadcast(-87.0f), min(x, broadcast(88.0f)));
  const Lanes shifted = multiplyAdd(x, broadcast(1.44269504f), shift);
  const Lanes n = shifted - shift;
  Lanes r = multiplyAdd(n, broadcast(-0.693359375f), x);
  r = multiplyAdd(n, broadcast(2.12194440e-4f), r);
  Lanes p = broadcast(1.9875691500e-4f);
  p = multiplyAdd(p, r, broadcast(1.3981999507e-3f));
  p = multiplyAdd(p, r, broadcast(8.3334519073e-3f));
  p = multiplyAdd(p, r, broadcast(4.1665795894e-2f));
  p = multiplyAdd(p, r, broadcast(1.6666665459e-1f));
  p = multiplyAdd(p, r, broadcast(5.0000001201e-1f));
  p = multiplyAdd(p, r * r, r) + broadcast(1);
  return timesPowerOfTwo(p, shifted);
}

MAQUETTE_INLINE Lanes silu(Lanes x) {
  return x / (broadcast(1) + exponential(broadcast(0) - x));
}

void applySilu(float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; i += kLane) store(values + i, silu(load(values + i)));
}

template <int kPointCount, int kPanelCount>
MAQUETTE_INLINE void denseTile(const DenseJob& job, std::size_t point, std::size_t panel) {
  const float* in = job.in + point * job.in_stride;
  const std::size_t panel_stride = job.columns * kLane;
  const float* weight = job.weight + panel * panel_stride;
  Lanes sum[kPointCount][kPanelCount];
  for (int q = 0; q < kPanelCount; ++q) {
    const Lanes bias = load(job.bias + (panel + q) * kLane);
    for (int p = 0; p < kPointCount; ++p) sum[p][q] = bias;
  }
  for (std::size_t k = 0; k < job.columns; ++k) {
    Lanes w[kPanelCount];
    for (int q = 0; q < kPanelCount; ++q) w[q] = load(weight + q * panel_stride + k * kLane);
    for (int p = 0; p < kPointCount; ++p) {
      const Lanes x = broadcast(in[p * job.in_stride + k]);
      for (int q = 0; q < kPanelCount; ++q) sum[p][q] = multiplyAdd(w[q], x, sum[p][q]);
    }
  }
  const bool relu = job.activation == Activation::kRelu;
  const Lanes zero = broadcast(0);
  for (int p = 0; p < kPointCount; ++p) {
    float* out = job.out + (point + p) * job.out_stride + panel * kLane;
    for (int q = 0; q < kPanelCount; ++q) {
      store(out + q * kLane, relu ? max(zero, sum[p][q]) : sum[p][q]);
    }
  }
}

template <int kPointCount>
void densePoints(const DenseJob& job, std::size_t point) {
  const std::size_t panels = job.out_stride / kLane;
  std::size_t panel = 0;
  for (; panel + kPanels <= panels; panel += kPanels) {
    denseTile<kPointCount, kPanels>(job, point, panel);
  }
  for (; panel < panels; ++panel) denseTile<kPointCount, 1>(job, point, panel);
}

void dense(const DenseJob& job) {
  std::size_t point = 0;
  for (; point + kPoints <= job.count; point += kPoints) densePoints<kPoints>(job, point);
  for (; point + 2 <= job.count; point += 2) densePoints<2>(job, point);
  if (point < job.count) densePoints<1>(job, point);
  if (job.activation == Activation::kSilu) applySilu(job.out, job.count * job.out_stride);
}

void dot(const float* rows, std::size_t n, std::size_t count, const float* weight, float bias,
         float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float* row = rows + i * n;
    Lanes sum = load(row) * load(weight);
    for (std::size_t k = kLane; k < n; k += kLane) {
      sum = multiplyAdd(load(row + k), load(weight + k), sum);
    }
    out[i] = total(sum) + bias;
  }
}

struct BilinearRead {
  const float* near_row;
  const float* far_row;
  std::size_t n;
  Lanes across;
  Lanes down;

  MAQUETTE_INLINE BilinearRead(const float* plane, std::size_t row_stride, std::size_t n_channels,
                               Texel column, Texel row)
      : near_row(plane + row.index * row_stride + column.index * n_channels),
        far_row(near_row + row_stride),
        n(n_channels),
        across(broadcast(column.fraction)),
        down(broadcast(row.fraction)) {}

  MAQUETTE_INLINE Lanes at(std::size_t k) const {
    const Lanes near_left = load(near_row + k);
    const Lanes far_left = load(far_row + k);
    const Lanes near_value = near_left + across * (load(near_row + n + k) - near_left);
    const Lanes far_value = far_left + across * (load(far_row + n + k) - far_left);
    return near_value + down * (far_value - near_value);
  }
};

void sample(const float* plane, std::size_t row_stride, std::size_t n, Texel column, Texel row,
            const float* base, float* out) {
  const BilinearRead read(plane, row_stride, n, column, row);
  for (std::size_t k = 0; k < n; k += kLane) {
    store(out + k, base ? load(base + k) + read.at(k) : read.at(k));
  }
}

void firstLayer(const FirstLayerTerms* terms, std::size_t count, std::size_t n,
                Activation activation, float* out) {
  const bool relu = activation == Activation::kRelu;
  const Lanes zero = broadcast(0);
  for (std::size_t i = 0; i < count; ++i, out += n) {
    const FirstLayerTerms& term = terms[i];
    for (std::size_t k = 0; k < n; k += kLane) {
      const Lanes sum = (load(term.xy + k) + load(term.xz + k)) + load(term.zy + k);
      store(out + k, relu ? max(zero, sum) : silu(sum));
    }
  }
}

void enclosePlane(const TileJob& job) {
  const TileAxis& columns = job.columns;
  const TileAxis& rows = job.rows;
  const auto read = [&](std::size_t column, std::size_t row) {
    return BilinearRead(job.plane, job.row_stride, job.n, columns.texels[column], rows.texels[row]);
  };
  const BilinearRead corners[4] = {read(0, 0), read(columns.count - 1, 0), read(0, rows.count - 1),
                                   read(columns.count - 1, rows.count - 1)};
  const Lanes quarter = broadcast(0.25f);
  const Lanes half = broadcast(0.5f);
  for (std::size_t k = 0; k < job.n; k += kLane) {
    const Lanes a = corners[0].at(k);
    const Lanes b = corners[1].at(k);
    const Lanes c = corners[2].at(k);
    const Lanes d = corners[3].at(k);
    const Lanes centre = quarter * ((a + b) + (c + d));
    const Lanes slope_u = quarter * ((b - a) + (d - c));
    const Lanes slope_v = quarter * ((c - a) + (d - b));
    const Lanes twist = quarter * ((a - b) + (d - c));
    Lanes highest = broadcast(0);
    Lanes lowest = broadcast(0);
    for (std::size_t row = 0; row < rows.count; ++row) {
      const bool is_end_row = row == 0 || row + 1 == rows.count;
      const std::size_t first = is_end_row ? 1 : 0;
      const std::size_t end = is_end_row ? columns.count - 1 : columns.count;
      const Lanes v = broadcast(rows.place[row]);
      const Lanes start = centre + v * slope_v;
      const Lanes slope = slope_u + v * twist;
      for (std::size_t column = first; column < end; ++column) {
        const Lanes interpolant = start + broadcast(columns.place[column]) * slope;
        const Lanes deviation = read(column, row).at(k) - interpolant;
        highest = max(highest, deviation);
        lowest = min(lowest, deviation);
      }
    }
    float* out = job.out + k;
    store(out, centre + half * (highest + lowest));
    store(out + job.n, slope_u);
    store(out + 2 * job.n, slope_v);
    store(out + 3 * job.n, twist);
    store(out + 4 * job.n, half * (highest - lowest));
  }
}

void addTiles(const float* const tiles[3], const float* bias, const float* radius, std::size_t n,
              float* out, std::size_t part) {
  for (std::size_t k = 0; k < n; k += kLane) {
    const float* xy = tiles[0] + k;
    const float* xz = tiles[1] + k;
    const float* zy = tiles[2] + k;
    store(out + k, ((load(bias + k) + load(xy)) + load(xz)) + load(zy));
    store(out + part + k, load(xy + n) + load(xz + n));
    store(out + 2 * part + k, load(xy + 2 * n) + load(zy + 2 * n));
    store(out + 3 * part + k, load(xz + 2 * n) + load(zy + n));
    store(out + 4 * part + k, load(xy + 3 * n));
    store(out + 5 * part + k, load(xz + 3 * n));
    store(out + 6 * part + k, load(zy + 3 * n));
    store(out + 7 * part + k,
          ((load(xy + 4 * n) + load(xz + 4 * n)) + load(zy + 4 * n)) + load(radius + k));
  }
}

// One lane of channels of a box's form.
struct Form {
  Lanes part[kFormParts];

  MAQUETTE_INLINE Form(const BoxForms& forms, std::size_t at) {
    for (std::size_t p = 0; p < kFormParts; ++p) {
      part[p] = load(forms.values + p * forms.count * forms.n + at);
    }
  }

  MAQUETTE_INLINE Lanes largestMagnitude() const {
    Lanes sum = abs(part[0]);
    for (std::size_t t = 1; t < kTerms; ++t) sum = sum + abs(part[t]);
    return sum + part[kTerms];
  }

  // The terms are largest and smallest at the box's corners; for each v and w, those are
  // start +- slope.
  MAQUETTE_INLINE void range(Lanes* low, Lanes* high) const {
    const auto& [c, u, v, w, uv, uw, vw, radius] = part;
    const auto corners = [&](Lanes start, Lanes slope) {
      *low = min(*low, start - abs(slope));
      *high = max(*high, start + abs(slope));
    };
    const Lanes near = c - w;
    const Lanes near_u = u - uw;
    const Lanes near_v = v - vw;
    *low = (near - near_v) - abs(near_u - uv);
    *high = (near - near_v) + abs(near_u - uv);
    corners(near + near_v, near_u + uv);
    const Lanes far = c + w;
    const Lanes far_u = u + uw;
    const Lanes far_v = v + vw;
    corners(far - far_v, far_u - uv);
    corners(far + far_v, far_u + uv);
    *low = *low - radius;
    *high = *high + radius;
  }
};

// Lines around an activation over a range: slope x + below and slope x + above, and a lower one.
struct Lines {
  Lanes slope;
  Lanes below;
  Lanes above;
  Lanes low_slope;
  Lanes low_offset;
  Lanes largest;  // magnitude that matters for rounding
};

// Where the sign is open, the chord from (low, 0) to (high, high) lies above, and below lies the
// flatter or the steeper of 0 and x, whichever leaves the smaller area.
MAQUETTE_INLINE Lines linesAroundRelu(Lanes low, Lanes high, Lanes) {
  const Lanes zero = broadcast(0);
  const Lanes one = broadcast(1);
  Lanes slope = selectIfGreaterEqual(zero, high, zero, high / (high - low));
  slope = selectIfGreaterEqual(low, zero, one, slope);
  Lanes above = max(zero - slope * low, (one - slope) * high);
  above = selectIfGreaterEqual(zero, high, zero, above);
  above = selectIfGreaterEqual(low, zero, zero, above);
  const Lanes low_slope = selectIfGreaterEqual(zero - low, high, zero, one);
  return {slope, zero, above, selectIfGreaterEqual(low, zero, one, low_slope), zero,
          max(zero, high)};
}

// silu(x) - slope x at `kSamples` + 1 places, between which it stays within h^2 / 8 max|silu''| =
// h^2 / 16 of straight, h apart; relu(x) - kDepth <= silu(x) <= relu(x) is closer over wide ranges.
// `rounding` is 8 roundings of the range's largest magnitude.
MAQUETTE_INLINE Lines linesAroundSilu(Lanes low, Lanes high, Lanes rounding) {
  constexpr int kSamples = 8;
  const Lanes depth = broadcast(0.27846456f);
  const Lanes zero = broadcast(0);
  const Lanes length = high - low;
  const Lanes at_high = silu(high);
  const Lanes chord = (at_high - silu(low)) / max(length, broadcast(1e-30f));
  const Lanes slope = min(max(chord, broadcast(-0.1f)), broadcast(1.1f));

  const Lanes step = length * broadcast(1.0f / kSamples);
  Lanes least = at_high - slope * high;
  Lanes largest = least;
  for (int i = 0; i < kSamples; ++i) {
    const Lanes x = low + broadcast(static_cast<float>(i)) * step;
    const Lanes deviation = silu(x) - slope * x;
    least = min(least, deviation);
    largest = max(largest, deviation);
  }
  const Lanes reach = step + rounding;
  const Lanes bend = broadcast(1.0f / 16) * (reach * reach);
  const auto ramp = [&](Lanes x) { return max(zero, x) - slope * x; };
  const Lanes ramp_low = ramp(low);
  const Lanes ramp_high = ramp(high);
  const Lanes ramp_kink = ramp(min(max(zero, low), high));
  const Lanes margin = broadcast(8) * rounding;
  const Lanes below =
      max(least - bend, min(min(ramp_low, ramp_high), ramp_kink) - depth) - margin;
  const Lanes above = min(largest + bend, max(ramp_low, ramp_high)) + margin;

  // Of the lines below, the highest in the middle leaves the least room.
  const Lanes middle = broadcast(0.5f) * (low + high);
  const Lanes parallel = slope * middle + below;
  const Lanes flat = (max(zero, middle) - depth) - margin;
  const Lanes steep = selectIfGreaterEqual(middle, zero, broadcast(1), zero);
  return {slope,
          below,
          above,
          selectIfGreaterEqual(parallel, flat, slope, steep),
          selectIfGreaterEqual(parallel, flat, below, zero - depth - margin),
          max(abs(low), abs(high))};
}

template <Lines (*kLinesAround)(Lanes low, Lanes high, Lanes rounding)>
void relaxWith(const BoxForms& forms, float slack, float* out, const ActivationLines& lines) {
  const Lanes half = broadcast(0.5f);
  const std::size_t part = forms.count * forms.n;
  for (std::size_t box = 0; box < forms.count; ++box) {
    Lanes squares = broadcast(0);
    for (std::size_t k = box * forms.n; k < (box + 1) * forms.n; k += kLane) {
      const Form form(forms, k);
      const Lanes rounding = broadcast(8 * kRoundoff) * form.largestMagnitude();
      Lanes low;
      Lanes high;
      form.range(&low, &high);
      const Lines around = kLinesAround(low - rounding, high + rounding, rounding);
      store(lines.slope + k, around.slope);
      store(lines.above + k, around.above);
      store(lines.low_slope + k, around.low_slope);
      store(lines.low_offset + k, around.low_offset);
      squares = multiplyAdd(around.largest, around.largest, squares);

      const Lanes centre = around.slope * form.part[0] + half * (around.above + around.below);
      Lanes magnitude = abs(centre);
      store(out + k, centre);
      for (std::size_t t = 1; t < kTerms; ++t) {
        const Lanes term = around.slope * form.part[t];
        magnitude = magnitude + abs(term);
        store(out + t * part + k, term);
      }
      const Lanes radius =
          abs(around.slope) * form.part[kTerms] + half * (around.above - around.below);
      magnitude = magnitude + radius;
      store(out + kTerms * part + k, radius + broadcast(slack) * magnitude);
    }
    lines.norm[box] = std::sqrt(total(squares));
  }
}

void relax(const BoxForms& forms, Activation activation, float slack, float* out,
           const ActivationLines& lines) {
  if (activation == Activation::kRelu) {
    relaxWith<linesAroundRelu>(forms, slack, out, lines);
  } else {
    relaxWith<linesAroundSilu>(forms, slack, out, lines);
  }
}

void boundBehind(const Functionals& functionals, const ActivationLines& lines, float* shift,
                 float* norm) {
  const Lanes zero = broadcast(0);
  const std::size_t n = functionals.n;
  const float rounding = 2 * static_cast<float>(n + 8) * kRoundoff;
  for (std::size_t row = 0; row < 2 * functionals.count; ++row) {
    float* values = functionals.rows + row * n;
    const std::size_t block = row % functionals.count * n;
    Lanes shifts = zero;
    Lanes magnitudes = zero;
    Lanes squares = zero;
    for (std::size_t k = 0; k < n; k += kLane) {
      const std::size_t at = block + k;
      const Lanes f = load(values + k);
      const Lanes slope = selectIfGreaterEqual(f, zero, load(lines.slope + at),
                                               load(lines.low_slope + at));
      const Lanes offset = selectIfGreaterEqual(f, zero, load(lines.above + at),
                                                load(lines.low_offset + at));
      const Lanes g = f * slope;
      shifts = multiplyAdd(f, offset, shifts);
      magnitudes = multiplyAdd(abs(f), abs(offset), magnitudes);
      squares = multiplyAdd(g, g, squares);
      store(values + k, g);
    }
    shift[row] = total(shifts) + rounding * total(magnitudes);
    norm[row] = std::sqrt(total(squares));
  }
}

void applyFunctionals(const Functionals& functionals, const BoxForms& forms, float* out) {
  constexpr std::size_t kSums = kFormParts + 1;
  const std::size_t n = functionals.n;
  for (std::size_t row = 0; row < 2 * functionals.count; ++row, out += kSums) {
    const float* f = functionals.rows + row * n;
    Lanes sums[kSums];
    for (Lanes& sum : sums) sum = broadcast(0);
    for (std::size_t k = 0; k < n; k += kLane) {
      const Lanes weight = load(f + k);
      const Form form(forms, row % functionals.count * n + k);
      for (std::size_t t = 0; t < kTerms; ++t) {
        sums[t] = multiplyAdd(weight, form.part[t], sums[t]);
      }
      sums[kTerms] = multiplyAdd(abs(weight), form.part[kTerms], sums[kTerms]);
      const Lanes largest = form.largestMagnitude();
      sums[kFormParts] = multiplyAdd(largest, largest, sums[kFormParts]);
    }
    for (std::size_t i = 0; i < kFormParts; ++i) out[i] = total(sums[i]);
    out[kFormParts] = std::sqrt(total(sums[kFormParts]));
  }
}

bool packSigns(const float* values, std::size_t count, float threshold, std::uint64_t* words) {
  const Lanes level = broadcast(threshold);
  Lanes zeros_if_finite = broadcast(0);
  std::size_t i = 0;
  for (std::size_t word = 0; word * 64 < count; ++word) words[word] = 0;
  for (; i + kLane <= count; i += kLane) {
    const Lanes value = loadUnaligned(values + i);
    zeros_if_finite = zeros_if_finite + (value - value);
    words[i / 64] |= static_cast<std::uint64_t>(greaterBits(value, level)) << (i % 64);
  }
  bool finite = total(zeros_if_finite) == 0;
  for (; i < count; ++i) {
    finite = finite && values[i] - values[i] == 0;
    words[i / 64] |= static_cast<std::uint64_t>(values[i] > threshold) << (i % 64);
  }
  return finite;
}

constexpr Simd makeSimd(InstructionSet set) {
  return {set,      dense, dot,         sample,           firstLayer, enclosePlane,
          addTiles, relax, boundBehind, applyFunctionals, packSigns};
}
