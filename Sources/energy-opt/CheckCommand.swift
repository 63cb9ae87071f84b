import ArgumentParser
import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import Quantities
import SeriesFiles

/// `energy-opt check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks the community's file, the price files it names and tariffs.yaml; changes nothing.",
    discussion: """
      All problems are told at once, each with line and column, what was
      expected and the nearest known word.

      EXAMPLE
        energy-opt check -c profiles/communities/rural-district/community.yaml
      """)

  @OptionGroup var options: CommunityOptions

  func run() throws {
    let file = try options.load()
    let community = file.community
    for price in community.tariffs.flatMap({ [$0.importPrice, $0.feedInPrice] }) {
      guard case .dynamic(let name, _) = price else { continue }
      try reportingProblems {
        let prices = try SeriesFileReader(calendar: community.calendar).prices(from: CSVFile("\(options.folder)/\(name)"))
        print(
          "\(name): prices from \(prices.prices.span.lowerBound) to \(prices.prices.span.upperBound), \(prices.gaps.count) gaps")
      }
    }
    for tariff in community.tariffs {
      guard case .dynamic(let name) = tariff.emissions else { continue }
      try reportingProblems {
        let factors = try SeriesFileReader(calendar: community.calendar).emissions(from: CSVFile("\(options.folder)/\(name)"))
        print("\(name): CO2 from \(factors.span.lowerBound) to \(factors.span.upperBound)")
      }
    }
    for (name, orders) in try reportingProblems({ try community.gridOrders(in: options.folder) }).sorted(by: { $0.key < $1.key })
    {
      print("\(name): \(orders.count) limits of the grid's operator")
    }
    let tariffs = "\(options.folder)/tariffs.yaml"
    if FileManager.default.fileExists(atPath: tariffs) {
      let prices = try reportingProblems { try TariffsFile(path: tariffs, of: community).prices }
      print("tariffs.yaml: \(prices.terms.count) prices, \(prices.caps.count) caps, \(prices.pots.count) pots for settlement")
    }
    let candidates = file.candidates.isEmpty ? "" : ", \(file.candidates.count) candidates"
    print(
      "\(options.community): \(community.sites.count) sites, \(community.members.count) members, "
        + "\(community.meteringPoints.count) metering points, \(file.assets.count) assets\(candidates): all right")
  }
}
