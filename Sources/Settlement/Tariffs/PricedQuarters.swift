import CommunityModel
import MarketTime
import Quantities

/// A term's price in each quarter hour of a span, in zones: at all times, or in a window and outside of it.
struct PricedQuarters {
  /// Times with a price of their own.
  struct Zone {
    /// `18:00-21:00`, `18:00-21:00/12345` for Monday to Friday; `*` outside of all windows.
    let name: String
    /// The same at all its times; nil for a price that follows a curve.
    let price: EnergyPrice?
  }

  /// Energy and what it costs, added up in one zone.
  struct Sum {
    var energy: Int64 = 0
    /// Energy times price, in 1e-6 micro-euros.
    var value: Int128 = 0
  }

  /// The zones, that outside of all windows first.
  let zones: [Zone]
  /// The positions in the span on which the term holds.
  let positions: Range<Int>
  /// The zone of each of those positions.
  private let zone: [UInt8]
  /// The price at each of those positions, micro-euros a kWh.
  private let prices: [Int64]

  /// The prices of `term`, one of energy, on those of `days` on which it holds.
  ///
  /// - Parameter curves: what each price curve says over the quarter hours of `days`.
  /// - Throws: `SettlementError.noPrice` for a quarter hour that the curve leaves out.
  init?(
    _ term: PriceTerm, over days: Range<LocalDay>, _ calendar: MarketCalendar, curves: [String: TimeSeries<EnergyPrice?>]
  ) throws(SettlementError) {
    guard case .energy(let price, let windows) = term.price, let held = days.clamped(to: term.validity) else { return nil }
    let span = calendar.quarterHours(of: days)
    let own = calendar.quarterHours(of: held)
    positions = span.lowerBound.distance(to: own.lowerBound)..<span.lowerBound.distance(to: own.upperBound)
    let base: EnergyPrice?
    if case .fixed(let fixed) = price { base = fixed } else { base = nil }
    zones =
      [Zone(name: "*", price: base)]
      + windows.map { window in Zone(name: window.name, price: base.map { $0 + window.plus }) }
    var zone: [UInt8] = []
    var prices: [Int64] = []
    for quarter in own {
      let (day, time) = windows.isEmpty ? (held.lowerBound, .midnight) : calendar.local(quarter.start)
      let open = windows.firstIndex { $0.contains(time, on: day) }
      zone.append(UInt8((open ?? -1) + 1))
      prices.append(try Self.price(price, at: quarter, curves, term).count + (open.map { windows[$0].plus.count } ?? 0))
    }
    self.zone = zone
    self.prices = prices
  }

  private static func price(
    _ price: Tariff.Price, at quarter: QuarterHour, _ curves: [String: TimeSeries<EnergyPrice?>], _ term: PriceTerm
  ) throws(SettlementError) -> EnergyPrice {
    switch price {
    case .fixed(let fixed): return fixed
    case .dynamic(let name, let plus):
      guard let known = curves[name]?[quarter] ?? nil else { throw .noPrice(term, curve: name, quarter: quarter) }
      return known + plus
    }
  }

  /// What `energies`, one a quarter hour of the span in mWh, come to in each zone.
  func sums(of energies: [Int64]) -> [Sum] {
    var sums = Array(repeating: Sum(), count: zones.count)
    for (place, position) in positions.enumerated() where energies[position] != 0 {
      let (energy, index) = (energies[position], Int(zone[place]))
      sums[index].energy += energy
      sums[index].value += Int128(energy) * Int128(prices[place])
    }
    return sums
  }
}

extension PriceWindow {
  /// Its times, and the numbers of its weekdays (1 for Monday) where it is not open every day.
  fileprivate var name: String {
    let weekdays = days.count < Weekday.allCases.count ? "/" + days.map { "\($0.rawValue + 1)" }.sorted().joined() : ""
    return "\(from)-\(until)\(weekdays)"
  }
}

extension Range<LocalDay> {
  /// Those of the days on which `validity` holds; nil for none.
  func clamped(to validity: Validity) -> Range? {
    let first = Swift.max(lowerBound, validity.from ?? lowerBound)
    let end = Swift.min(upperBound, validity.until ?? upperBound)
    return first < end ? first..<end : nil
  }
}
