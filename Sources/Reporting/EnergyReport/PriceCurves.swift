import CommunityModel
import MarketTime
import Planning
import Quantities

/// What a kilowatt-hour costs and weighs in each quarter hour of a span.
struct PriceCurves {
  let calendar: MarketCalendar
  let span: Range<QuarterHour>
  let knowledge: ReportKnowledge

  /// The price in each quarter hour with what open windows add; nil where it is not known.
  func prices(_ price: Tariff.Price, windows: [PriceWindow]) -> [EnergyPrice?] {
    let plain: [EnergyPrice?]
    switch price {
    case .fixed(let price): plain = Array(repeating: price, count: span.count)
    case .dynamic(let file, let plus):
      let curve = knowledge.curves[file]
      plain = span.map { quarter in (curve?[quarter] ?? nil).map { $0 + plus } }
    }
    guard !windows.isEmpty else { return plain }
    return zip(span, plain).map { quarter, price in
      let (day, time) = calendar.local(quarter.start)
      return price.map { price in windows.reduce(price) { $1.contains(time, on: day) ? $0 + $1.plus : $0 } }
    }
  }

  /// The CO2 of power from the grid under `tariff`, else the community's, else the country's; nil where nobody says.
  func emissions(of tariff: Tariff?, _ facts: KeyFigureFacts) -> [EmissionFactor?] {
    switch tariff?.emissions {
    case .fixed(let factor): return Array(repeating: factor, count: span.count)
    case .dynamic(let file): return span.map { knowledge.emissions[file]?[$0] ?? nil }
    case nil:
      return Array(repeating: (facts.gridCarbon ?? knowledge.countryCarbon)?.factor, count: span.count)
    }
  }
}
