import Foundation
import Testing

@Suite("The details of the reference community's plan")
struct PlanDetailTests {
  private func plan(_ community: CommunityCopy, _ arguments: String...) async throws -> ChildProcess.Outcome {
    let day = ["plan", "-c", community.file, "--from", "2016-06-28T00:00:00Z", "--hours", "24"]
    return try await ChildProcess(Checkout.program(.energyOpt), day + arguments).end()
  }

  @Test("are the reasons of the hours or of the asset that --explain names; of a name that is none it asks for the nearest")
  func explain() async throws {
    let community = try CommunityCopy()
    let morning = try await plan(community, "--explain", "8-10")
    #expect(morning.status == 0)
    #expect(morning.output.contains(/WHY     Tue .*charges/))
    // At noon there is sun for all, batteries are full and no car is there.
    #expect(try await plan(community, "--explain", "12-14").output.contains("WHY     nothing was to be decided here"))
    let json = try await plan(community, "--explain", "--format", "json").output
    let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let reasons = try #require(root["why"] as? [[String: Any]])
    #expect(!reasons.isEmpty)
    let asset = try #require(reasons.compactMap { $0["asset_id"] as? String }.first)
    #expect(try await plan(community, "--explain", asset).output.contains(" \(asset) "))
    let wrong = try await plan(community, "--explain", asset + "x")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("did you mean '\(asset)'?"))
    #expect(try await plan(community, "--explain", "14-12").status == 64)
  }

  @Test("are a picture on request: XML that another program reads, with a text for who cannot see it")
  func picture() async throws {
    let community = try CommunityCopy()
    let picture = try await plan(community, "--format", "svg", "--lang", "de").output
    let check = """
      import sys, xml.etree.ElementTree as tree
      root = tree.fromstring(sys.argv[1])
      names = [part.tag.split("}")[1] for part in root]
      assert root.tag.endswith("}svg") and "title" in names and "desc" in names, names
      print("".join(root.itertext()))
      """
    let text = try await ChildProcess("/usr/bin/env", ["python3", "-c", check, picture]).end()
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("Netz (unter 0: Einspeisung)") && text.output.contains("ct/kWh"))
    #expect(try await plan(community, "--format", "svg", "--plot").status == 64)
  }
}
