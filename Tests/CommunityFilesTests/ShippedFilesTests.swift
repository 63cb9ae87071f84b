import CommunityFiles
import CommunityModel
import DeviceProfiles
import Foundation
import Planning
import Readings
import Testing

/// Everything that is shipped must pass the checks that an operator's own files pass.
@Suite("Every shipped file")
struct ShippedFilesTests {
  private static let names = (try? DeviceCatalog(folders: [Folder.devices]))?.names ?? []

  @Test("is there: the catalogue has at least the fourteen profiles that devices/README.md lists")
  func catalogue() throws {
    #expect(Self.names.count >= 14)
    let table = try String(contentsOfFile: "\(Folder.devices)/README.md", encoding: .utf8)
    let missing = Self.names.filter { !table.contains("| \($0) |") }
    #expect(missing == [], "add them to the table in devices/README.md")
  }

  @Test("of a device loads without problems, and its samples decode to the readings they are known to mean", arguments: names)
  func profile(name: String) throws {
    let catalog = try DeviceCatalog(folders: [Folder.devices])
    let profile = try catalog.profile(name)
    #expect(profile.problems == [])
    #expect(!profile.sources.isEmpty)
    let check = try ProfileCheck(profile: profile, path: try #require(catalog.path(of: name)))
    #expect(check.mismatches == [])
    #expect(check.sampleCount > 0)
    #expect(check.valueCount > 0)
  }

  @Test("of samples belongs to a profile, and every SunSpec model is of the number in its name")
  func nothingLeftOver() throws {
    for maker in try FileManager.default.contentsOfDirectory(atPath: Folder.devices) {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: "\(Folder.devices)/\(maker)")) ?? []
      where file.hasSuffix(".samples.yaml") {
        #expect(Self.names.contains("\(maker)/\(file.dropLast(13))"))
      }
    }
    let models = "\(Folder.devices)/sunspec/models"
    for file in try FileManager.default.contentsOfDirectory(atPath: models) {
      #expect("\(try SunSpecModelFile(path: "\(models)/\(file)").definition.id).yaml" == file)
    }
  }

  @Test("of the reference communities loads without problems, and their collectors measure points that exist")
  func communities() throws {
    let folder = "\(Folder.profiles)/communities"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.contains("rural-district"))
    let catalog = try DeviceCatalog(folders: [Folder.devices])
    let profiles = try catalog.names.reduce(into: [:]) { $0[$1] = CollectorFile.KnownProfile(try catalog.profile($1)) }
    for name in names {
      let file = try CommunityFile(path: "\(folder)/\(name)/community.yaml")
      let collector = try CollectorFile(path: "\(folder)/\(name)/collector.yaml", in: .init(profiles: profiles))
      let points = Set(file.community.meteringPoints.map(\.id))
      #expect(Set(collector.devices.flatMap(\.measures.values)).subtracting(points) == [])
      for case .dynamic(let prices, _) in file.community.tariffs.flatMap({ [$0.importPrice, $0.feedInPrice] }) {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)/\(prices)"))
      }
    }
  }

  @Test("of the reference community says what its README says: 13 sites, 8 PV systems, 5 batteries, a car and a laundry")
  func ruralDistrict() throws {
    let file = try CommunityFile(path: "\(Folder.profiles)/communities/rural-district/community.yaml")
    #expect(file.community.sites.count == 13)
    #expect(file.community.members.count == 13)
    var counts: [String: Int] = [:]
    for asset in file.assets {
      switch asset.kind {
      case .load: counts["load", default: 0] += 1
      case .plant: counts["plant", default: 0] += 1
      case .battery: counts["battery", default: 0] += 1
      case .chargingPoint, .cars: counts["charging point", default: 0] += 1
      case .shiftableLoad: counts["shiftable load", default: 0] += 1
      case .heatLoad, .solarThermal, .heatPump, .electricBoiler, .boiler, .combinedHeatAndPower, .heatStore:
        counts["heat", default: 0] += 1
      case .electrolyser, .hydrogenStore, .fuelCell: counts["hydrogen", default: 0] += 1
      case .coolingLoad, .chiller, .absorptionChiller, .coldStore: counts["cold", default: 0] += 1
      }
    }
    #expect(counts == ["load": 13, "plant": 8, "battery": 5, "charging point": 1, "shiftable load": 1])
  }
}
