import CommunityModel
import MarketTime
import Quantities
import Readings
import Testing

/// 2026-06-28T10:00:00Z, where most of these tests begin.
let ten = QuarterHour(containing: at(0))

/// So many seconds after ten.
func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_782_640_800_000 + seconds * 1000) }

/// A counter's reading so many seconds after ten.
func sample(_ seconds: Int64, _ value: Int64) -> Sample { Sample(at: at(seconds), value: value) }

/// So many quarter hours from ten on.
func span(_ count: Int) -> Range<QuarterHour> { ten..<ten.advanced(by: count) }

/// A counter that is read every `step` seconds from `first` to `last` and counts `rate` milliwatt-hours a second from `start` at
/// ten.
func counter(every step: Int64, from first: Int64, through last: Int64, rate: Int64, start: Int64 = 1_000_000) -> [Sample] {
  stride(from: first, through: last, by: Int64.Stride(step)).map { sample($0, start + $0 * rate) }
}

func measured(_ count: Int64) -> IntervalEnergy { .measured(Energy(count: count)) }
func estimated(_ count: Int64) -> IntervalEnergy { .estimated(Energy(count: count)) }

extension TimeSeries<IntervalEnergy> {
  /// The sum of what is known.
  var total: Int64 { values.compactMap(\.energy).reduce(.zero, +).count }
  /// How many quarter hours are known in this way.
  func count(_ quality: IntervalEnergy.Quality) -> Int { values.count { $0.quality == quality } }
}
