#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Says how the driver is: service, instances, pool memory by tag, and its last events.
.EXAMPLE
.\Status.ps1 | Format-List
#>
[CmdletBinding()]
param()
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$driver = Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name = 'Cofferdam'"
if ($null -eq $driver) {
    throw 'the driver is not installed'
}
$parameters = 'HKLM:\SYSTEM\CurrentControlSet\Services\Cofferdam\Parameters'
$mode = Get-ItemProperty -Path $parameters -Name Mode -ErrorAction SilentlyContinue
[pscustomobject]@{
    State     = $driver.State
    StartMode = $driver.StartMode
    Image     = $driver.PathName
    Mode      = if ($mode) { $mode.Mode } else { 'default' }
    Instances = @(& fltmc.exe instances -f Cofferdam)
    Verifier  = @(& verifier.exe /query | Select-String -Pattern 'cofferdam')
    Events    = @(Get-WinEvent -LogName System -MaxEvents 200 -ErrorAction SilentlyContinue |
            Where-Object -Property Message -Match -Value 'cofferdam' | Select-Object -First 10 -Property TimeCreated, Message)
}
